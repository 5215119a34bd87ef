"""`python -m rgm`: the command-line program."""

import sys

from rgm._engine import engine


def main():
    sys.exit(engine.run_program(["rgm", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
