#include "rgm/compression/bitstream.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "byte_stream.h"
#include "rgm/base/error.h"
#include "rgm/compression/model_checksum.h"

namespace rgm {

using detail::PartReader;
using detail::PartWriter;

namespace {

constexpr std::array<std::uint8_t, 8> kMagic = {0x89, 'R', 'G', 'M', 'S', '\r', '\n', 0x1A};
constexpr std::uint8_t kWithModel = 0, kGrows = 1;
constexpr std::uint8_t kKinds = 1, kOrdered = 2;  // flags
constexpr std::size_t kMaxChunkSteps = 1024, kMaxRun = 256, kMaxModalities = 1 << 16,
                      kMaxTotalOutcomes = 1 << 20;

/// Steps that a chunk may have: 64, or more of few modalities and outcomes.
std::size_t max_chunk_steps(std::span<const std::size_t> num_outcomes) {
  std::size_t total = 1;
  for (const std::size_t n : num_outcomes) total += n;
  return std::clamp<std::size_t>(std::min((1 << 16) / num_outcomes.size(), (1 << 22) / total), 64,
                                 kMaxChunkSteps);
}

/// As many as hold a few thousand outcomes: what a chunk costs is little then, and few are lost
/// with it.
std::size_t usual_chunk_steps(std::span<const std::size_t> num_outcomes) {
  return std::clamp<std::size_t>((1 << 14) / num_outcomes.size(), 16,
                                 max_chunk_steps(num_outcomes));
}

/// Modalities that a growing stream may have: a forged header must not cost much.
void check_shape(std::span<const std::size_t> num_outcomes) {
  std::size_t total = 0;
  for (std::size_t n : num_outcomes) total += std::min(n, kMaxTotalOutcomes);
  require(num_outcomes.size() <= kMaxModalities, "bitstream: modalities: expected at most ",
          kMaxModalities, ", got ", num_outcomes.size());
  require(total <= kMaxTotalOutcomes, "bitstream: outcomes of all modalities: expected at most ",
          kMaxTotalOutcomes, ", got ", total);
}

std::vector<Location> as_float32(std::vector<Location> locations) {
  for (auto& [row, column] : locations) {
    constexpr double kLargest = std::numeric_limits<float>::max();
    require(std::abs(row) <= kLargest && std::abs(column) <= kLargest,
            "bitstream: locations: expected finite positions, got ", row, ", ", column);
    row = static_cast<float>(row);
    column = static_cast<float>(column);
  }
  return locations;
}

/// Runs of modalities of one place and number of outcomes.
void put_modalities(PartWriter& part, const BitstreamHeader& header) {
  const auto same = [&](std::size_t a, std::size_t b) {
    return header.num_outcomes[a] == header.num_outcomes[b] &&
           header.locations[a].row == header.locations[b].row &&
           header.locations[a].column == header.locations[b].column;
  };
  part.put_number(header.num_outcomes.size());
  for (std::size_t g = 0; g < header.num_outcomes.size();) {
    std::size_t run = 1;
    while (run < kMaxRun && g + run < header.num_outcomes.size() && same(g, g + run)) ++run;
    part.put(run - 1, 1);
    part.put_number(header.num_outcomes[g]);
    part.put(std::bit_cast<std::uint32_t>(static_cast<float>(header.locations[g].row)), 4);
    part.put(std::bit_cast<std::uint32_t>(static_cast<float>(header.locations[g].column)), 4);
    g += run;
  }
}

void get_modalities(PartReader& part, BitstreamHeader& header) {
  const std::uint64_t modalities = part.number();
  require<FileError>(modalities <= kMaxModalities, "bitstream: modalities: expected at most ",
                     kMaxModalities, ", got ", modalities);
  while (header.num_outcomes.size() < modalities) {
    const std::size_t run = 1 + part.get(1);
    require<FileError>(run <= modalities - header.num_outcomes.size(),
                       "damaged: more modalities than the header states");
    header.num_outcomes.insert(header.num_outcomes.end(), run, part.number());
    const double row = std::bit_cast<float>(static_cast<std::uint32_t>(part.get(4)));
    const double column = std::bit_cast<float>(static_cast<std::uint32_t>(part.get(4)));
    header.locations.insert(header.locations.end(), run, {row, column});
  }
}

std::vector<std::uint8_t> header_bytes(const BitstreamHeader& header) {
  PartWriter part;
  part.put_bytes(kMagic);
  part.put(kBitstreamVersion, 1);
  part.put(header.grows ? kGrows : kWithModel, 1);
  part.put((header.coder.kinds ? kKinds : 0U) | (header.coder.ordered ? kOrdered : 0U), 1);
  part.put_number(header.caller_header.size());
  part.put_bytes(header.caller_header);
  if (header.grows)
    put_modalities(part, header);
  else
    part.put(header.model_checksum, 8);
  return part.finish();
}

BitstreamHeader read_header(PartReader& part) {
  BitstreamHeader header;
  require<FileError>(std::ranges::equal(part.bytes(kMagic.size()), kMagic), "not a bitstream");
  const std::uint64_t version = part.get(1), kind = part.get(1);
  require<FileError>(version >= 1 && version <= kBitstreamVersion, "format version ", version,
                     ": expected at most ", kBitstreamVersion, "; a newer program is needed");
  require<FileError>(kind == kWithModel || kind == kGrows, "damaged: kind ", kind,
                     ": expected 0 or 1");
  header.grows = kind == kGrows;
  if (version == 1) {
    header.coder.version_1_novelty = std::bit_cast<double>(part.get(8));
  } else {
    const std::uint64_t flags = part.get(1);
    require<FileError>(flags <= (kKinds | kOrdered), "damaged: flags ", flags, ": expected 0 to 3");
    header.coder.kinds = (flags & kKinds) != 0;
    header.coder.ordered = (flags & kOrdered) != 0;
  }
  header.caller_header = part.bytes(part.number());
  if (header.grows)
    get_modalities(part, header);
  else
    header.model_checksum = part.get(8);
  part.check("the header");
  return header;
}

/// 16 bits that tell whether a chunk's outcomes are those that were encoded; itself a symbol,
/// behind the outcomes.
class OutcomeCheck {
 public:
  void add(std::span<const Outcome> step) {
    for (const Outcome o : step) {
      const std::array<std::uint8_t, 2> bytes = {static_cast<std::uint8_t>(o.token),
                                                 static_cast<std::uint8_t>(o.token >> 8U)};
      checksum_ = crc32(bytes, checksum_);
    }
  }
  RangeShare symbol() const { return {(checksum_ & 0xFFFFU) << 8U, 1U << 8U}; }

 private:
  std::uint32_t checksum_ = 0;
};

}  // namespace

struct BitstreamWriter::State {
  State(ByteSink to, const BitstreamOptions& options, BitstreamHeader header, SequenceCoder with)
      : sink(std::move(to)), chunk_steps(options.chunk_steps), coder(std::move(with)) {
    const std::size_t most = max_chunk_steps(coder.num_outcomes());
    if (chunk_steps == 0) chunk_steps = usual_chunk_steps(coder.num_outcomes());
    require(chunk_steps <= most, "bitstream: chunk_steps: expected 0 to ", most, ", got ",
            chunk_steps);
    header.coder = options.coder;
    header.caller_header = options.caller_header;
    write(header_bytes(header));
  }

  void write(std::span<const std::uint8_t> part) {
    sink(part);
    bytes += part.size();
  }

  void end_chunk() {
    if (steps == 0) return;
    encoder.encode(check.symbol());
    const auto payload = encoder.finish();
    PartWriter part;
    part.put_number(steps);
    part.put_number(payload.size());
    part.put_bytes(payload);
    steps = 0;
    check = {};
    write(part.finish());
  }

  ByteSink sink;
  std::size_t chunk_steps, steps = 0, bytes = 0;  // steps of the chunk
  bool finished = false;
  SequenceCoder coder;
  RangeEncoder encoder;
  OutcomeCheck check;
};

namespace {

void check_version(const SequenceCoderOptions& options) {
  require(!options.version_1_novelty,
          "BitstreamWriter: version_1_novelty: expected none, only readers know version 1");
}

}  // namespace

BitstreamWriter::BitstreamWriter(ByteSink sink, const Hierarchy& model,
                                 const BitstreamOptions& options) {
  check_version(options.coder);
  SequenceCoder coder(model, options.coder);
  BitstreamHeader header;
  header.model_checksum = model_checksum(model);
  state_ = std::make_unique<State>(std::move(sink), options, std::move(header), std::move(coder));
}

BitstreamWriter::BitstreamWriter(ByteSink sink, std::vector<std::size_t> num_outcomes,
                                 std::vector<Location> locations, const BitstreamOptions& options) {
  check_version(options.coder);
  check_shape(num_outcomes);
  BitstreamHeader header;
  header.grows = true;
  header.locations = as_float32(std::move(locations));
  SequenceCoder coder(num_outcomes, header.locations, options.coder);
  header.num_outcomes = std::move(num_outcomes);
  state_ = std::make_unique<State>(std::move(sink), options, std::move(header), std::move(coder));
}

BitstreamWriter::BitstreamWriter(BitstreamWriter&&) noexcept = default;
BitstreamWriter& BitstreamWriter::operator=(BitstreamWriter&&) noexcept = default;
BitstreamWriter::~BitstreamWriter() = default;

void BitstreamWriter::push(const Outcomes& outcomes, std::size_t item) {
  require(!state_->finished, "BitstreamWriter::push: the stream is finished");
  state_->coder.encode(outcomes, item, state_->encoder);
  state_->check.add(outcomes.item(item));
  if (++state_->steps == state_->chunk_steps) state_->end_chunk();
}

void BitstreamWriter::finish() {
  require(!state_->finished, "BitstreamWriter::finish: the stream is finished");
  state_->end_chunk();
  PartWriter part;
  part.put_number(0);
  part.put_number(state_->coder.steps());
  state_->write(part.finish());
  state_->finished = true;
}

const SequenceCoder& BitstreamWriter::coder() const { return state_->coder; }
std::size_t BitstreamWriter::bytes() const { return state_->bytes; }

struct BitstreamReader::State {
  explicit State(ByteSource from) : source(std::move(from)) {
    with_prefix<FileError>("bitstream: header", [&] {
      header = read_header(source);
      if (!header.grows) return;
      check_shape(header.num_outcomes);
      coder.emplace(header.num_outcomes, as_float32(header.locations), header.coder);
    });
  }

  /// False at the end.
  bool read_chunk(Outcomes& chunk) {
    const std::uint64_t chunk_steps = source.number();
    require<FileError>(chunk_steps <= max_chunk_steps(coder->num_outcomes()),
                       "damaged: a chunk of ", chunk_steps, " steps");
    const std::uint64_t number = source.number();
    if (chunk_steps == 0) {
      source.check("the end");
      require<FileError>(number == steps, "damaged: ", number, " steps were written");
      complete = true;
      return false;
    }
    const auto payload = source.bytes(number);
    source.check("a chunk");
    chunk = Outcomes(chunk_steps, coder->num_outcomes().size());
    RangeDecoder decoder(payload);
    OutcomeCheck check;
    for (std::size_t t = 0; t < chunk_steps; ++t) {
      coder->decode(decoder, chunk, t);
      check.add(chunk.item(t));
    }
    const RangeShare expected = check.symbol();
    require<FileError>(
        decoder.position() - expected.start < expected.size,
        "the outcomes are not those that were written: numbers were computed otherwise there");
    steps += chunk_steps;
    return true;
  }

  PartReader source;
  BitstreamHeader header;
  std::optional<SequenceCoder> coder;
  std::size_t steps = 0;
  bool complete = false;
  std::string message;
};

BitstreamReader::BitstreamReader(ByteSource source)
    : state_(std::make_unique<State>(std::move(source))) {}
BitstreamReader::BitstreamReader(BitstreamReader&&) noexcept = default;
BitstreamReader& BitstreamReader::operator=(BitstreamReader&&) noexcept = default;
BitstreamReader::~BitstreamReader() = default;

const BitstreamHeader& BitstreamReader::header() const { return state_->header; }
bool BitstreamReader::complete() const { return state_->complete; }
const std::string& BitstreamReader::message() const { return state_->message; }
std::size_t BitstreamReader::steps() const { return state_->steps; }

void BitstreamReader::use_model(const Hierarchy& model) {
  require(!state_->header.grows, "BitstreamReader::use_model: this bitstream grows its model");
  require(!state_->coder, "BitstreamReader::use_model: it has a model already");
  const std::uint64_t expected = state_->header.model_checksum, checksum = model_checksum(model);
  require(checksum == expected, "bitstream: it was written with another model: checksum ", std::hex,
          expected, ", that of the model is ", checksum);
  state_->coder.emplace(model, state_->header.coder);
}

bool BitstreamReader::read(Outcomes& chunk) {
  require(state_->coder.has_value(), "BitstreamReader::read: expected a model, see use_model");
  if (state_->complete || !state_->message.empty()) return false;
  try {
    if (state_->read_chunk(chunk)) return true;
  } catch (const FileError& error) {  // the end of what can be read, which is a result
    state_->message =
        "bitstream: after step " + std::to_string(state_->steps) + ": " + error.what();
  }
  chunk = Outcomes();
  return false;
}

namespace {

template <class... Arguments>
std::vector<std::uint8_t> encode(const Outcomes& outcomes, Arguments&&... arguments) {
  std::vector<std::uint8_t> result;
  BitstreamWriter writer(
      [&](std::span<const std::uint8_t> bytes) {
        result.insert(result.end(), bytes.begin(), bytes.end());
      },
      std::forward<Arguments>(arguments)...);
  for (std::size_t t = 0; t < outcomes.items(); ++t) writer.push(outcomes, t);
  writer.finish();
  return result;
}

}  // namespace

std::vector<std::uint8_t> encode_sequence(const Outcomes& outcomes, const Hierarchy& model,
                                          const BitstreamOptions& options) {
  return encode(outcomes, model, options);
}

std::vector<std::uint8_t> encode_sequence(const Outcomes& outcomes,
                                          std::vector<std::size_t> num_outcomes,
                                          std::vector<Location> locations,
                                          const BitstreamOptions& options) {
  return encode(outcomes, std::move(num_outcomes), std::move(locations), options);
}

DecodeResult decode_sequence(std::span<const std::uint8_t> bytes, const Hierarchy* model,
                             std::size_t max_steps) {
  BitstreamReader reader([&](std::span<std::uint8_t> to) {
    const std::size_t count = std::min(to.size(), bytes.size());
    std::ranges::copy(bytes.first(count), to.begin());
    bytes = bytes.subspan(count);
    return count;
  });
  if (!reader.header().grows) {
    require(model != nullptr, "bitstream: expected the model that it was written with");
    reader.use_model(*model);
  }
  std::vector<Outcomes> chunks;
  Outcomes chunk;
  DecodeResult result;
  while (reader.steps() < max_steps && reader.read(chunk)) chunks.push_back(std::move(chunk));
  const std::size_t steps = std::min(max_steps, reader.steps());
  result.outcomes = Outcomes(steps, chunks.empty() ? 0 : chunks.front().modalities());
  std::size_t t = 0;
  for (const auto& part : chunks)
    for (std::size_t i = 0; i < part.items() && t < steps; ++i)
      std::ranges::copy(part.item(i), result.outcomes.item(t++).begin());
  result.complete = reader.complete();
  result.message = reader.message();
  if (!result.complete && result.message.empty())
    result.message =
        "bitstream: stopped after " + std::to_string(steps) + " steps, as was asked for";
  return result;
}

}  // namespace rgm
