#include "terminal/data_kind.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string_view>
#include <system_error>

#include "rgm/base/error.h"
#include "rgm/media/clips.h"
#include "rgm/media/data_set_address.h"
#include "rgm/media/picture_file.h"
#include "rgm/media/symbol_file.h"

namespace fs = std::filesystem;

namespace rgm::app {
namespace {

enum class Kind {
  kUnknown,
  kModel,
  kPicture,
  kIdx,
  kNamedImages,
  kNamedClip,
  kFolders,
  kFolder,
  kTable
};

/// The first bytes of a file; fewer if there are none.
std::string beginning(const std::string& path) {
  std::array<char, 65536> bytes{};
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), bytes.size());
  return {bytes.data(), static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0))};
}

/// Whether a file is one picture, not a film: GIF and animated PNG files are films as well.
bool is_one_picture(std::string_view bytes) {
  if (bytes.starts_with("GIF8")) return false;
  if (bytes.starts_with("\x89PNG") &&
      bytes.substr(0, bytes.find("IDAT")).find("acTL") != std::string_view::npos)
    return false;
  return is_picture({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

Kind kind_of_folder(const std::string& path) {
  std::error_code problem;
  bool folders = false;
  for (fs::directory_iterator at(path, problem), end; !problem && at != end;
       at.increment(problem)) {
    std::error_code ignored;
    if (at->path().filename().native().starts_with('.')) continue;
    if (!at->is_directory(ignored)) return Kind::kFolder;
    folders = true;
  }
  return folders ? Kind::kFolders : Kind::kFolder;
}

Kind kind_of_data(const std::string& name) {
  using namespace std::string_view_literals;
  std::error_code ignored;
  if (fs::is_directory(name, ignored)) return kind_of_folder(name);
  if (!fs::exists(name, ignored)) {
    const auto source = parse_address(name).source;
    if (source.starts_with("mnist:") || source.starts_with("fashion-mnist:"))
      return Kind::kNamedImages;
    if (is_clip_name(name)) return Kind::kNamedClip;
    return source != name && fs::exists(source, ignored) ? kind_of_data(source) : Kind::kUnknown;
  }
  if (!fs::is_regular_file(name, ignored)) return Kind::kUnknown;  // no pipe loses its beginning
  const auto bytes = beginning(name);
  if (bytes.substr(0, 256).find("\"__metadata__\":") != std::string::npos) return Kind::kModel;
  if (bytes.starts_with("\0\0\x08"sv)) return Kind::kIdx;
  if (bytes.starts_with("\x1F\x8B"sv) && name.find("idx") != std::string::npos) return Kind::kIdx;
  if (is_symbol_file(name)) return Kind::kTable;
  return is_one_picture(bytes) ? Kind::kPicture : Kind::kUnknown;
}

std::string_view text_of(Kind kind) {
  switch (kind) {
    case Kind::kModel:
      return "a model file";
    case Kind::kPicture:
      return "a single picture";
    case Kind::kIdx:
      return "an IDX file of images or labels";
    case Kind::kNamedImages:
      return "a data set of images";
    case Kind::kNamedClip:
      return "a clip";
    case Kind::kFolders:
      return "a folder of folders, as of images by class";
    case Kind::kFolder:
      return "a folder";
    case Kind::kTable:
      return "a table of symbols";
    default:
      return "data of another kind";
  }
}

}  // namespace

void expect_film(const std::string& name) {
  const auto kind = kind_of_data(name);
  const bool model = kind == Kind::kModel;
  require(
      !model && kind != Kind::kPicture && kind != Kind::kIdx && kind != Kind::kNamedImages &&
          kind != Kind::kFolders,
      name, ": ", text_of(kind),
      ", expected a film: a video file, a folder of pictures or a named clip",
      model
          ? "; where a verb takes both, the model comes first"
          : "; images are learnt by rgm train images, and models of them are for rgm predict and evaluate");
}

void expect_pictures(const std::string& name) {
  require(kind_of_data(name) != Kind::kModel, name,
          ": a model file, expected images; where a verb takes both, the model comes first");
}

void expect_model(const std::string& name) {
  const auto kind = kind_of_data(name);
  require(
      kind == Kind::kUnknown || kind == Kind::kModel, name, ": ", text_of(kind),
      ", expected a model file (.rgm) as rgm train writes it; where a verb takes both, the model comes first");
}

}  // namespace rgm::app
