#include <exception>

#include "bindings.h"
#include "rgm/base/error.h"

namespace rgm::python {

namespace {

void raise(const char* kind, const char* message) {
  PyErr_SetString(nb::module_::import_("rgm._errors").attr(kind).ptr(), message);
}

}  // namespace

void bind_errors(nb::module_&) {
  nb::register_exception_translator([](const std::exception_ptr& thrown, void*) {
    try {
      std::rethrow_exception(thrown);
    } catch (const WriteError& error) {
      raise("WriteError", error.what());
    } catch (const FileError& error) {
      raise("FileError", error.what());
    } catch (const ImpossibleEvidence& error) {
      raise("ImpossibleEvidence", error.what());
    } catch (const Error& error) {
      raise("Error", error.what());
    } catch (const Interrupted&) {
      PyErr_SetNone(PyExc_KeyboardInterrupt);
    }
  });
}

}  // namespace rgm::python
