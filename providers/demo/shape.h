// Shape: the last step of reading: what kind of answer the words that were taken add up to. Pure.
#pragma once

#include "providers/demo/draft.h"

namespace parley::providers::demo {

/// Fills the rest of `draft.intent`, or its trouble.
void decide_shape(Draft& draft);

}  // namespace parley::providers::demo
