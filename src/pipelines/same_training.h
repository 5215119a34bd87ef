#pragma once

#include <optional>
#include <string>

#include "rgm/trained/provenance.h"
#include "rgm/trained/training_state.h"

namespace rgm {

/// `Error` that begins with `what` and names the first setting in which two recipes differ, as TOML
/// text; their names may.
void check_same_settings(const std::string& expected, const std::string& got,
                         const std::string& what);

/// What training goes on from. `Error` that says in what training as it is asked for differs from
/// that of the checkpoint, or that there is no unfinished training in the model. `units_seen` is
/// left to the caller.
const TrainingState& training_to_resume(const std::optional<TrainingState>& unfinished,
                                        const Provenance& kept, const Provenance& asked);

/// `Error` unless what is learnt from is what the checkpoint was learnt from.
void check_same_data(const TrainingState& kept, std::uint64_t checksum);

}  // namespace rgm
