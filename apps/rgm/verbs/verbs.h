#pragma once

#include <string>

#include "terminal/options.h"
#include "terminal/verb.h"

namespace rgm::app {

// Each adds one verb, in the file of its name (encode and decode: bitstream_verbs.cpp); it runs
// when the command line has been parsed.
void add_train(Verb app);
void add_evaluate(Verb app);
void add_predict(Verb app);
void add_generate(Verb app);
void add_info(Verb app);
void add_demo(Verb app);
void add_fetch(Verb app);
void add_recipes(Verb app);
void add_version(Verb app);
void add_complete(Verb app);
void add_surprise(Verb app);
void add_encode(Verb app);
void add_decode(Verb app);
void add_merge(Verb app);
void add_convert(Verb app);
void add_play(Verb app);
void add_bench(Verb app);
/// Adds `video` to the verb `demo`.
void add_demo_video(Verb demo);
/// Adds a game to the verb `demo`.
void add_demo_game(Verb demo, const std::string& game, const std::string& description);
/// Adds `generalise` to the verb `bench`.
void add_bench_generalise(Verb bench);
/// Adds `sequence` to the verb `train`.
void add_train_sequence(Verb train);
/// Adds `game` to the verb `train`.
void add_train_game(Verb train);

}  // namespace rgm::app
