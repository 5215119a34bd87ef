#pragma once

#include "rgm/model/hierarchy.h"

namespace rgm {

/// Two hierarchies of sequences that were learnt apart, over the same groups, as one: learning that
/// is distributed.
///
/// From the bottom up, states are matched by their joint outcomes; counts add up under matched
/// states, and what `into` does not know is appended: its own states and paths keep their numbers.
/// A path's number means nothing outside its model, so a path of `from` becomes, state by state,
/// the path of `into` that leads from there to the same next state, and what the level above says
/// of it is renamed. A path without a successor becomes path 0. So the merged model knows the
/// states, transitions and counts of a model that has learnt both sequences of one and of the other
/// (`SequenceStructure`), up to numbering, and so up to what the background gives to pairs of state
/// and path that were never seen, for it depends on which number a path has in which state;
/// concentrations and restarts are those of `into`. With
/// `paths` off all transitions are of one path in both. The result's likelihoods are sparse.
///
/// The counts of kinds of change add up, kind by kind, of which the same options assume the same.
/// Whoever learns both in turn counts the second with what the first has taught of its kinds, so
/// that what is counted of kinds is near but not the same.
///
/// `Error` if the groups or time scales differ, if one has kinds of change and the other has none
/// or others (cells, options), if episodes have more than two steps (they share
/// transitions, whose counts cannot be told apart), or if with `paths` a state has several
/// successors under one path. Cost: linear in the size of both.
Hierarchy merge(const Hierarchy& into, const Hierarchy& from, bool paths = true);

}  // namespace rgm
