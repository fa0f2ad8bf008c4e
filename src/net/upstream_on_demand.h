// An Upstream that is made when the first call goes out: until then it costs no thread, no library
// and no memory.
#pragma once

#include <functional>
#include <memory>

#include "net/upstream.h"

namespace parley::net {

/// `make` is called by the thread that starts the first call. If it throws std::runtime_error, that
/// call has failed (`unavailable`), and the next one tries again.
std::unique_ptr<Upstream> make_upstream_on_demand(std::function<std::unique_ptr<Upstream>()> make);

}  // namespace parley::net
