#include "media/container_end.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "media_test_support.h"
#include "video_test_support.h"

namespace rgm {
namespace {

using namespace test;
using namespace std::string_literals;
using namespace std::string_view_literals;

bool cut(std::string_view bytes, std::size_t filler = 0) {
  std::string text(bytes);
  text.append(filler, 'x');
  const auto input = open_media({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  return is_cut(*input);
}

TEST(ContainerEnd, IsWhereTheContainerSays) {
  EXPECT_FALSE(cut("RIFF\x14\0\0\0AVI "sv, 16));
  EXPECT_TRUE(cut("RIFF\x14\0\0\0AVI "sv, 15));
  EXPECT_FALSE(
      cut("RIFF\xff\xff\xff\xff"
          "AVI "sv,
          16));  // not finished, but not cut by what it says
  EXPECT_FALSE(cut("\x1a\x45\xdf\xa3\x81x\x18\x53\x80\x67\x8a"sv, 10));
  EXPECT_TRUE(cut("\x1a\x45\xdf\xa3\x81x\x18\x53\x80\x67\x8a"sv, 9));
  EXPECT_FALSE(cut("\x1a\x45\xdf\xa3\x81x\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"sv, 9));
  EXPECT_FALSE(
      cut("\0\0\0\x0c"
          "ftypmp42\0\0\0\x10mdat"sv,
          8));
  EXPECT_TRUE(
      cut("\0\0\0\x0c"
          "ftypmp42\0\0\0\x10mdat"sv,
          7));
  EXPECT_FALSE(
      cut("\0\0\0\x0c"
          "ftypmp42\0\0\0\x01mdat\0\0\0\0\0\0\0\x12"sv,
          2));
  EXPECT_TRUE(
      cut("\0\0\0\x0c"
          "ftypmp42\0\0\0\x01mdat\0\0\0\0\0\0\0\x12"sv,
          1));
  EXPECT_FALSE(
      cut("\0\0\0\x0c"
          "ftypmp42\0\0\0\0mdat"sv,
          1));  // to the end, wherever that is
  const std::string page = "OggS\0\0"s + std::string(20, '\1') + "\2\4\3"s;
  EXPECT_FALSE(cut(page, 7));
  EXPECT_TRUE(cut(page, 6));
  EXPECT_TRUE(cut(page + "1234567" + page.substr(0, 20)));
  EXPECT_FALSE(cut(page + "1234567" + page, 7));
  const std::string header = "FLV\1\1\0\0\0\x09\0\0\0\0"s, tag = "\x09\0\0\2\0\0\0\0\0\0\0ab"s;
  EXPECT_FALSE(cut(header + tag + "\0\0\0\x0d"s));
  EXPECT_TRUE(cut(header + tag + "\0\0\0\x0d"s + tag));
  EXPECT_TRUE(cut(header + tag + "\0\0\0"s));
  EXPECT_FALSE(cut("nothing that is known"));
  EXPECT_FALSE(cut("R"));
}

TEST(ContainerEnd, AllThatIsWrittenIsWhole) {
  for (const char* codec : {"ffv1", "libx264", "libvpx-vp9", "mjpeg"}) {
    Bytes bytes = encode_video(plain(3), with(codec));
    EXPECT_FALSE(is_cut(*open_media(bytes))) << codec;
    bytes.resize(bytes.size() - 1);
    EXPECT_TRUE(is_cut(*open_media(bytes))) << codec;
  }
}

}  // namespace
}  // namespace rgm
