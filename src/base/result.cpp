#include "base/result.h"

namespace parley {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
      return "invalid";
    case ErrorCode::unauthorized:
      return "unauthorized";
    case ErrorCode::forbidden:
      return "forbidden";
    case ErrorCode::not_found:
      return "not_found";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::too_large:
      return "too_large";
    case ErrorCode::unsupported_media:
      return "unsupported_media";
    case ErrorCode::unprocessable:
      return "unprocessable";
    case ErrorCode::rate_limited:
      return "rate_limited";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::storage_full:
      return "storage_full";
    case ErrorCode::internal:
      return "internal";
  }
  return "internal";
}

}  // namespace parley
