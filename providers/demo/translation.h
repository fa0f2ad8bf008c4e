// Translation: the questions that the widget suggests in its other languages, into English. Pure.
//
// The demo provider reads English only; these few have to work in every language of the widget.
#pragma once

#include <string>
#include <string_view>

namespace parley::providers::demo {

/// `question` itself if it is none of those.
std::string in_english(std::string_view question);

}  // namespace parley::providers::demo
