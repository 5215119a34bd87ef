#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace rgm {

/// A file of a data set as it must be once unpacked.
struct NamedFile {
  std::string_view name;
  std::uintmax_t size;
  std::string_view sha256;
};

/// A data set that can be fetched by name.
struct NamedSet {
  std::string_view name;
  std::array<std::string_view, 10> class_names;
  std::array<NamedFile, 4> files;
};

inline constexpr NamedSet kNamedSets[] = {
    {"mnist",
     {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
     {{{"train-images-idx3-ubyte", 47040016,
        "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
       {"train-labels-idx1-ubyte", 60008,
        "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
       {"t10k-images-idx3-ubyte", 7840016,
        "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
       {"t10k-labels-idx1-ubyte", 10008,
        "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}}}},
    {"fashion-mnist",
     {"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag",
      "Ankle boot"},
     {{{"train-images-idx3-ubyte", 47040016,
        "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"},
       {"train-labels-idx1-ubyte", 60008,
        "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9"},
       {"t10k-images-idx3-ubyte", 7840016,
        "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
       {"t10k-labels-idx1-ubyte", 10008,
        "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}}}},
};

/// The set of this name; throws `Error` that lists the known ones and suggests the nearest if there
/// is none.
const NamedSet& named_set(const std::string& name);

}  // namespace rgm
