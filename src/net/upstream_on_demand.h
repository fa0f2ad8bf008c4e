// An Upstream that is made when the first call goes out: until then it costs no thread, no library
// and no memory.
#pragma once

#include <functional>
#include <memory>

#include "net/upstream.h"

namespace parley::net {

/// `make` is called once at most, by the thread that starts the first call.
std::unique_ptr<Upstream> make_upstream_on_demand(std::function<std::unique_ptr<Upstream>()> make);

}  // namespace parley::net
