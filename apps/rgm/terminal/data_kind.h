#pragma once

#include <string>

namespace rgm::app {

// What somebody names may be of another kind than the verb takes. These tell in one line what it
// is, what was expected and which verb takes it; they look at names and the first bytes, and pass
// whatever they do not know on to the readers, which say the rest.

/// Refuses what is clearly no film: a model, one picture, IDX files or a named set of images, a
/// folder of folders.
void expect_film(const std::string& name);

/// Refuses what is clearly no pictures: a model.
void expect_pictures(const std::string& name);

/// Refuses what is clearly no model: data by their name, a folder, a picture, an IDX file, a table.
void expect_model(const std::string& name);

}  // namespace rgm::app
