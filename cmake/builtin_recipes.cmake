# Writes OUT, a header that holds all recipe files as text: those of images first, then of sequences, of symbols and of games, each
# by the alphabet of their names.
function(rgm_builtin_recipes out)
  set(models images sequence symbols game)  # as a recipe file says in `model`; one that does not is of images
  file(GLOB files CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/recipes/*.toml)
  list(TRANSFORM files REPLACE ".*/(.*)\\.toml$" "\\1" OUTPUT_VARIABLE names)
  list(SORT names)
  foreach(name ${names})
    set(file ${PROJECT_SOURCE_DIR}/recipes/${name}.toml)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    file(READ ${file} text)
    set(model images)
    if(text MATCHES "(^|\n)model = \"([^\"]*)\"")
      set(model ${CMAKE_MATCH_2})
    endif()
    if(NOT model IN_LIST models)
      message(FATAL_ERROR "recipes/${name}.toml: model: expected one of ${models}, got ${model}")
    endif()
    string(APPEND ${model}_entries "    {\"${name}\", \"${model}\", R\"toml(${text})toml\"},\n")
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
@images_entries@@sequence_entries@@symbols_entries@@game_entries@};
}  // namespace rgm
]=] @ONLY)
endfunction()
