#include "program.h"

int main(int argc, char** argv) { return rgm::app::run_program(argc, argv); }
