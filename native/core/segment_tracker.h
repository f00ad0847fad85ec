#pragma once

#include <cstdint>
#include <string>

namespace heddle::core {

/// The names of shared memory that this process has created and must not leave behind, with the
/// segments' identities (os/segment.h). Where the process ends by itself, they are removed at its
/// exit; where it is killed, by the keeper (os/keeper.h). What other programs of heddle still use
/// then, the keeper removes when they are gone, too.
void TrackSegment(const std::string& name, uint64_t identity);
void ForgetSegment(const std::string& name);
/// In a copy of the process: the original removes what it has made.
void ForgetSegments();

/// Removes what is left. Called when the process exits.
void UnlinkTrackedSegments();

}  // namespace heddle::core
