#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "rgm/base/error.h"
#include "rgm/base/random.h"
#include "rgm/inference/sequence_filter.h"
#include "rgm/inference/sequence_states.h"
#include "rgm/storage/model_file.h"
#include "storage/tensor_header.h"

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t max_size);

// Whatever the bytes are, they are read as a valid model of one kind or refused with an Error. What
// the mutator makes has the checksums that it ought to have, as somebody would forge it, and half
// of it a header in canonical form.

namespace {

/// Draws a little from what was accepted, which then meets every table of it.
void use(const rgm::TrainedModel& model) {
  rgm::Random random(1);
  const auto draw = [&](const rgm::Hierarchy& tree) {
    if (tree.episode_length() > 64) return;
    const auto sample = rgm::sample_sequence(tree, 2 * tree.episode_length(), random);
    const rgm::SequenceTables tables(tree);
    rgm::SequenceFilter filter(tables, rgm::SoftReading::kLikelihood);
    try {
      for (std::size_t t = 0; t < sample.outcomes.items(); ++t) filter.push(sample.outcomes, t);
    } catch (const rgm::Error&) {  // a restart that the chain does not know, or too many outcomes
    }
  };
  if (const auto* sequence = std::get_if<rgm::SequenceModel>(&model)) draw(sequence->tree);
  if (const auto* play = std::get_if<rgm::PlayModel>(&model)) draw(play->tree);
}

void read(std::span<const std::uint8_t> bytes) {
  rgm::TrainedModel model;
  try {
    model = rgm::parse_model(bytes, "fuzz");
  } catch (const rgm::Error&) {
    return;
  }
  use(model);
  // What is read survives being written.
  const auto encode = [](const auto& kind) { return rgm::encode_model(kind); };
  const auto written = std::visit(encode, model);
  if (std::visit(encode, rgm::parse_model(written, "again")) != written) std::abort();
}

/// The same file in which one text or one array, of a size of its own, is another one.
std::vector<std::uint8_t> with_other_part(std::span<const std::uint8_t> bytes, unsigned seed) {
  std::minstd_rand random(seed);
  const auto file = rgm::TensorFile::in(bytes);
  const std::size_t chosen = random() % (file.texts().size() + file.arrays().size());
  rgm::TensorWriter writer;
  std::size_t at = 0;
  for (const auto& [name, text] : file.texts()) {
    std::string changed = text;
    if (at++ == chosen) {
      changed.resize(text.size() + 8);
      changed.resize(LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(changed.data()), text.size(),
                                      changed.size()));
    }
    writer.put(name, changed);
  }
  const auto put = [&]<class T>(const std::string& name, std::vector<T> values) {
    const auto& shape = file.arrays().find(name)->second.shape;
    if (at++ != chosen) return writer.put<T>(name, values, shape);
    const std::size_t size = values.size() * sizeof(T);
    values.resize(values.size() + 2);
    const std::size_t changed = LLVMFuzzerMutate(reinterpret_cast<std::uint8_t*>(values.data()),
                                                 size, size + 2 * sizeof(T));
    values.resize(std::max<std::size_t>(changed / sizeof(T), 1));
    if (shape.size() == 2 && values.size() % shape[1] == 0)
      return writer.put<T>(name, values, {values.size() / shape[1], shape[1]});
    writer.put(name, values);
  };
  for (const auto& [name, array] : file.arrays()) {
    if (array.type == rgm::ElementType::kU8) put(name, file.read<std::uint8_t>(name));
    if (array.type == rgm::ElementType::kU32) put(name, file.read<std::uint32_t>(name));
    if (array.type == rgm::ElementType::kU64) put(name, file.read<std::uint64_t>(name));
    if (array.type == rgm::ElementType::kF16 || array.type == rgm::ElementType::kF32)
      put(name, file.read<float>(name));
    if (array.type == rgm::ElementType::kF64) put(name, file.read<double>(name));
  }
  return writer.bytes();
}

}  // namespace

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t max_size, unsigned seed) {
  std::vector<std::uint8_t> forged;
  try {
    if (seed % 2 == 0) forged = with_other_part({data, size}, seed);
  } catch (const rgm::Error&) {  // it is no whole file
  }
  if (forged.empty() || forged.size() > max_size) {
    const std::size_t changed = LLVMFuzzerMutate(data, size, max_size);
    forged = rgm::storage::with_right_checksums({data, changed});
  }
  std::ranges::copy(forged, data);
  return forged.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read({data, size});
  return 0;
}
