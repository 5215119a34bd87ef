#include "media/ogg_pages.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "media_test_support.h"

namespace rgm {
namespace {

using namespace test;
using namespace std::string_literals;

/// The checksum of RFC 3533, bit by bit.
std::uint32_t checksum(std::string_view bytes) {
  std::uint32_t sum = 0;
  for (const char byte : bytes) {
    sum ^= static_cast<std::uint32_t>(static_cast<std::uint8_t>(byte)) << 24;
    for (int bit = 0; bit < 8; ++bit) sum = sum << 1 ^ ((sum >> 31) != 0 ? 0x04c11db7U : 0U);
  }
  return sum;
}

/// A page of one segment.
std::string page(char stream, char number, const std::string& body) {
  std::string bytes = "OggS\0\0"s + std::string(8, '\0') + stream + "\0\0\0"s + number + "\0\0\0"s +
                      "\0\0\0\0\1"s + static_cast<char>(body.size()) + body;
  const std::uint32_t sum = checksum(bytes);
  for (std::size_t i = 0; i < 4; ++i) bytes[22 + i] = static_cast<char>(sum >> (8 * i));
  return bytes;
}

std::size_t damaged(const std::string& text) {
  return damaged_pages(
      *open_media({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()}));
}

TEST(OggPages, CountsThoseOfVideoThatAreDamaged) {
  const std::string sound = page('s', 0, "\1vorbis and more"),
                    video = page('v', 0, "\x80theora and more");
  const std::string frame = page('v', 1, "a frame"), last = page('v', 2, "another one"),
                    tone = page('s', 1, "a tone");
  EXPECT_EQ(damaged(sound + video + frame + tone + last), 0);
  for (std::size_t at = 30; at < frame.size(); ++at) {
    std::string bad = frame;
    bad[at] = static_cast<char>(bad[at] ^ 4);
    EXPECT_EQ(damaged(sound + video + bad + tone + last), 1) << at;
    EXPECT_EQ(damaged(sound + video + bad + bad + last), 2) << at;
  }
  std::string bad = tone;
  bad.back() = 'T';
  EXPECT_EQ(damaged(sound + video + frame + bad + last), 0);  // nobody looks at the sound
  EXPECT_EQ(damaged(sound + video + frame + "rubbish" + last), 0);
  EXPECT_EQ(damaged(sound + video + frame + last.substr(0, 20)), 0);  // that is for `is_cut`
  EXPECT_EQ(damaged("RIFF, no Ogg" + bad), 0);
}

}  // namespace
}  // namespace rgm
