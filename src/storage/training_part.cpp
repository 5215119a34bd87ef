#include "parts.h"

namespace rgm::storage {

void write_training(const OutputGroup& group, const TrainingState& state) {
  group.set("checksum", state.checksum);
  group.set("passes", state.passes);
  group.set("contrastive_passes", state.contrastive_passes);
  group.set("items", state.items);
  group.write("log_evidence", state.log_evidence);
  group.write("actions", state.actions);
  group.write("values", state.values);
}

TrainingState read_training(const InputGroup& group) {
  TrainingState state;
  group.get("checksum", state.checksum);
  group.get("passes", state.passes);
  group.get("contrastive_passes", state.contrastive_passes);
  group.get("items", state.items);
  state.log_evidence = group.vector<double>("log_evidence");
  state.actions = group.vector<std::uint8_t>("actions");
  state.values = group.vector<double>("values");
  return state;
}

}  // namespace rgm::storage
