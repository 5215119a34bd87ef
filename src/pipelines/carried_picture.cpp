#include "carried_picture.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <initializer_list>
#include <numeric>

namespace rgm::pipelines {
namespace {

constexpr double kRemembered = 0.8;  // of what earlier steps count, from one step to the next
constexpr double kPrior = 0.3;       // steps for the last frame as it is
constexpr double kSoftest = 1;       // a square of grey levels: a change of less is none

}  // namespace

CarriedPicture::CarriedPicture(const ImageCodec& codec)
    : codec_(&codec), sums_(codec.tiles().size()) {
  const auto weights = tile_weights(codec, codec.preparation().channels());
  values_ = std::accumulate(weights.begin(), weights.end(), 0.0);
}

void CarriedPicture::Sums::add(const Sums& other, double times) {
  cc += times * other.cc;
  cr += times * other.cr;
  rr += times * other.rr;
  cy += times * other.cy;
  ry += times * other.ry;
}

CarriedPicture::Choice CarriedPicture::least_squares(const Sums& sums) {
  const double cc = sums.cc + kPrior, rr = sums.rr + kPrior;
  const auto change_at = [&](double lost) {
    return std::clamp((sums.cy + lost * sums.cr) / cc, 0.0, 1.0);
  };
  const auto lost_at = [&](double change) {
    return std::clamp((change * sums.cr - sums.ry) / rr, 0.0, 1.0);
  };
  const auto error = [&](const Choice& of) {
    return of.change * (of.change * cc - 2 * of.lost * sums.cr - 2 * sums.cy) +
           of.lost * (of.lost * rr + 2 * sums.ry);
  };
  // The least of all is within, where both shares are possible, or else on one of the four edges.
  Choice best{change_at(0), 0};
  const double determinant = cc * rr - sums.cr * sums.cr;
  const Choice within{(sums.cy * rr - sums.ry * sums.cr) / determinant,
                      (sums.cy * sums.cr - sums.ry * cc) / determinant};
  const bool possible =
      within.change >= 0 && within.change <= 1 && within.lost >= 0 && within.lost <= 1;
  for (const Choice& other : {Choice{change_at(1), 1}, Choice{0, lost_at(0)}, Choice{1, lost_at(1)},
                              possible ? within : best})
    if (error(other) < error(best)) best = other;
  return best;
}

void CarriedPicture::see(const LastFrame& last, std::span<const float> expected,
                         std::span<const float> voxel) {
  const std::size_t channels = codec_->preparation().channels(),
                    of_frame = channels / codec_->options().frames_per_voxel;
  // Of the last frame for a voxel's value.
  const auto at = [&](std::size_t i) { return i / channels * of_frame + i % of_frame; };
  const auto c = [&](std::size_t i) { return expected[i] - last.decoded()[at(i)]; };
  const auto r = [&](std::size_t i) { return last.residual(at(i)); };
  const auto y = [&](std::size_t i) { return voxel[i] - last.frame()[at(i)]; };
  std::array<std::vector<double>, 6> products;
  for (auto& of_tiles : products) of_tiles.resize(sums_.size());
  tile_products(*codec_, channels, c, c, products[0]);
  tile_products(*codec_, channels, c, r, products[1]);
  tile_products(*codec_, channels, r, r, products[2]);
  tile_products(*codec_, channels, c, y, products[3]);
  tile_products(*codec_, channels, r, y, products[4]);
  tile_products(*codec_, channels, y, y, products[5]);
  const auto tiles = static_cast<double>(sums_.size());
  const double changed = std::accumulate(products[5].begin(), products[5].end(), 0.0),
               weight = tiles / (changed + kSoftest * values_);
  for (std::size_t k = 0; k < sums_.size(); ++k) {
    Sums sums;
    sums.add(sums_[k], kRemembered);
    sums.add({products[0][k], products[1][k], products[2][k], products[3][k], products[4][k]},
             weight);
    sums_[k] = sums;
  }
}

void CarriedPicture::carry(const LastFrame& last, std::size_t ahead, std::span<float> voxel) const {
  const std::size_t per_voxel = codec_->options().frames_per_voxel,
                    channels = codec_->preparation().channels() / per_voxel,
                    pixels = voxel.size() / per_voxel / channels;
  const auto tiles = static_cast<double>(sums_.size());
  Sums all;
  for (const auto& of_tile : sums_) all.add(of_tile, 1 / tiles);
  const auto steps = static_cast<double>(ahead),
             steps_of_change = least_squares(all).change > 0.5 ? steps : 1;
  std::vector<float> weights(pixels), change(pixels), stays(pixels);
  for (std::size_t k = 0; k < sums_.size(); ++k) {
    Sums sums = sums_[k];
    sums.add(all, 1);
    const auto choice = least_squares(sums);
    const auto of_change = static_cast<float>(1 - std::pow(1 - choice.change, steps_of_change)),
               of_residual = static_cast<float>(std::pow(1 - choice.lost, steps));
    const auto& tile = codec_->tiles()[k];
    for (std::size_t i = 0; i < tile.pixels.size(); ++i) {
      weights[tile.pixels[i]] += tile.weights[i];
      change[tile.pixels[i]] += tile.weights[i] * of_change;
      stays[tile.pixels[i]] += tile.weights[i] * of_residual;
    }
  }
  for (std::size_t p = 0; p < pixels; ++p) {
    const bool covered = weights[p] > 0;
    const float of_change = covered ? change[p] / weights[p] : 0,
                of_residual = covered ? stays[p] / weights[p] : 1;
    for (std::size_t v = 0; v < per_voxel * channels; ++v) {
      float& value = voxel[p * per_voxel * channels + v];
      const std::size_t i = p * channels + v % channels;
      value = last.decoded()[i] + of_change * (value - last.decoded()[i]) +
              of_residual * last.residual(i);
    }
  }
}

}  // namespace rgm::pipelines
