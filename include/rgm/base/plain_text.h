#pragma once

#include <string_view>

namespace rgm {

/// Whether text is safe to show: well-formed UTF-8 without control characters (Unicode's category
/// Cc), but for line feeds and tabs where `lines` are allowed.
bool is_plain_text(std::string_view text, bool lines = false);

/// Throws `BadInput` that begins with `what` unless a text of one line is plain: what a model file
/// will keep is checked before anything is learnt.
void require_plain_text(std::string_view text, std::string_view what);

}  // namespace rgm
