#pragma once

#include <string>

namespace heddle::core {

/// The names of shared memory that this process has created and must not leave behind. Where
/// the process ends by itself, they are removed at its exit; where it is killed, by the keeper
/// (os/keeper.h).
void TrackSegment(const std::string& name);
void ForgetSegment(const std::string& name);

/// Removes what is left. Called when the process exits.
void UnlinkTrackedSegments();

}  // namespace heddle::core
