// Site: the routes that belong to no feature: health, readiness, metrics, widget files, demo, docs.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/metrics.h"
#include "base/result.h"
#include "http/route.h"

namespace parley::app {

/// What the panel's policy depends on.
struct Panel {
  std::vector<std::string> frame_ancestors;  ///< who may frame it; "*" alone: anybody
  std::string bot_icon;                      ///< its origin may be shown as an image
};

/// The panel's Content-Security-Policy: scripts and styles of our own only, framed by the list.
std::string panel_policy(const Panel& panel);

struct SiteOptions {
  std::string widget_directory;
  bool demo_site = false;
  std::function<Panel(const Scope&)> panel_of;  ///< the tenant's
};

/// References must outlive the routes. `ready` is what /readyz says.
/// Errors: unavailable (the widget was not built: says how).
Result<http::Routes> site_routes(const SiteOptions& options, Metrics& metrics, const Clock& clock,
                                 const std::atomic<bool>& ready);

/// /openapi.json over all `routes`, itself included.
void add_openapi(http::Routes& routes);

}  // namespace parley::app
