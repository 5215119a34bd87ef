#include "rgm/trained/provenance.h"

#include "rgm/base/error.h"
#include "rgm/base/plain_text.h"

namespace rgm {

void Provenance::validate() const {
  require(annotation.size() <= kMaxAnnotation, "model: annotation: expected at most ",
          kMaxAnnotation, " bytes, got ", annotation.size());
  require(is_plain_text(annotation, true),
          "model: annotation: expected UTF-8 text without control characters");
}

}  // namespace rgm
