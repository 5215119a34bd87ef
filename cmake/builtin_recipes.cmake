# Writes OUT, a header that holds the recipe files as text.
function(rgm_builtin_recipes out)
  set(entries "")
  foreach(name paper generative contrastive video video-fine video-stream game game-arcade game-paper)
    set(file ${PROJECT_SOURCE_DIR}/recipes/${name}.toml)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} text)
    if(text MATCHES "model = \"([a-z]+)\"")
      set(model ${CMAKE_MATCH_1})
    else()
      set(model images)
    endif()
    string(APPEND entries "    {\"${name}\", \"${model}\", R\"toml(${text})toml\"},\n")
  endforeach()
  file(CONFIGURE OUTPUT ${out} CONTENT [=[
#pragma once
#include <string_view>
// Made from recipes/*.toml by cmake/builtin_recipes.cmake.
namespace rgm {
struct BuiltinRecipe {
  std::string_view name, model, text;
};
inline constexpr BuiltinRecipe kBuiltinRecipes[] = {
@entries@};
}  // namespace rgm
]=] @ONLY)
endfunction()
