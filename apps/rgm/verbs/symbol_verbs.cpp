#include "verbs/symbol_verbs.h"

#include <fmt/format.h>

#include <algorithm>

#include "rgm/base/error.h"
#include "rgm/base/file.h"
#include "rgm/media/symbol_file.h"
#include "rgm/pipelines/symbol_bitstream.h"
#include "rgm/pipelines/symbol_tasks.h"
#include "terminal/output.h"
#include "terminal/print.h"
#include "terminal/progress_bar.h"
#include "terminal/table.h"

namespace rgm::app {
namespace {

void check_outputs(const std::string& output, const std::string& json) {
  check_output(output);
  check_output(json);
}

/// Column names for people, who count columns without names from 0.
std::string column_name(const SymbolCodec& codec, std::size_t column) {
  return codec.columns().empty() ? fmt::format("column {}", column) : codec.columns()[column];
}

}  // namespace

SymbolTable open_symbols(const std::string& name, const FilmOptions& options) {
  auto table = read_symbols(name);
  std::vector<std::size_t> rows;
  for (std::size_t r = options.first; r < table.values.rows(); r += options.stride) {
    if (options.frames > 0 && rows.size() == options.frames) break;
    rows.push_back(r);
  }
  require(!rows.empty(), name, ": --first ", options.first, ": expected below its ",
          table.values.rows(), " rows");
  Matrix<std::int64_t> values(rows.size(), table.values.cols());
  for (std::size_t i = 0; i < rows.size(); ++i)
    std::ranges::copy(table.values.row(rows[i]), values.row(i).begin());
  table.values = std::move(values);
  return table;
}

std::string more_columns(const SymbolCodec& codec) {
  return codec.num_columns() <= kMaxNamedColumns
             ? ""
             : fmt::format(" and {} more", codec.num_columns() - kMaxNamedColumns);
}

std::string columns_text(const SymbolCodec& codec) {
  std::string text =
      codec.num_columns() == 1 ? "one column" : fmt::format("{} columns", codec.num_columns());
  if (codec.columns().empty()) return text;
  const std::size_t named = std::min(codec.num_columns(), kMaxNamedColumns);
  for (std::size_t c = 0; c < named; ++c) text += (c == 0 ? ": " : ", ") + codec.columns()[c];
  return text + more_columns(codec);
}

std::string symbol_output(const std::string& output) {
  check_symbol_file(output);
  return output;
}

void generate_table(const SequenceModel& model, const std::string& path, const std::string& output,
                    std::size_t rows, std::uint64_t seed,
                    const SequenceGenerationOptions& generation) {
  check_output(output);
  const auto table = generate_symbols(model, rows, seed, generation);
  progress_bar()("writing", 0, 0);  // stops here if it was told to
  write_symbols(output, table);
  print("{}: {} rows of {}\n", output, grouped(rows), path);
}

void predict_table(const SequenceModel& model, const SymbolTable& past, const std::string& output,
                   std::size_t rows, const std::string& json) {
  check_outputs(output, json);
  const auto& codec = symbol_codec(model.front_end);
  const auto beliefs = predict_symbols(model, past, rows, progress_bar());
  clear_progress_bar();
  constexpr std::size_t kMaxLines = 40;  // for people; the files hold all
  SymbolTable most{codec.columns(), Matrix<std::int64_t>(rows, codec.num_columns())};
  Table table({"row", "column", "symbol", "probability", "entropy, nats"});
  std::vector<double> probabilities, entropies;
  std::vector<std::int64_t> symbols;
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < codec.num_columns(); ++c) {
      const auto& [symbol, probability, entropy] = beliefs(r, c);
      most.values(r, c) = symbol;
      symbols.push_back(symbol);
      probabilities.push_back(probability);
      entropies.push_back(entropy);
      if (symbols.size() > kMaxLines) continue;
      table.add({std::to_string(past.values.rows() + r), column_name(codec, c),
                 std::to_string(symbol), fmt::format("{:.4f}", probability),
                 fmt::format("{:.3f}", entropy)});
    }
  write_symbols(output, most);
  std::string left_out;
  if (symbols.size() > kMaxLines)
    left_out = fmt::format("… and {} more, in {}\n", grouped(symbols.size() - kMaxLines), output);
  print("{}{}{}: the most probable symbols of the {} rows that follow\n", Lines{table.text()},
        Lines{left_out}, output, grouped(rows));
  write_json(json, {{"rows", rows},
                    {"columns", codec.num_columns()},
                    {"symbols", symbols},
                    {"probabilities", probabilities},
                    {"entropies_nats", entropies}});
}

void complete_table(const SequenceModel& model, const SymbolTable& table, const std::string& output,
                    const std::string& json) {
  check_outputs(output, json);
  const auto completed = complete_symbols(model, table, progress_bar());
  clear_progress_bar();
  write_symbols(output, completed.table);
  double least = 1, mean = 0;
  for (std::size_t i = 0; i < table.values.size(); ++i) {
    if (table.values.values()[i] != SymbolTable::kMissing) continue;
    least = std::min(least, completed.beliefs.values()[i].probability);
    mean += completed.beliefs.values()[i].probability / static_cast<double>(completed.missing);
  }
  const double rows = static_cast<double>(table.values.rows());
  if (completed.missing == 0) mean = 1;
  print(
      "{}: {} rows, {} of {} cells filled in (probability {:.4f} on average, {:.4f} at least); log evidence of the rest "
      "{:.3f} nats a row\n",
      output, grouped(table.values.rows()), grouped(completed.missing),
      grouped(table.values.size()), mean, least, completed.log_evidence / rows);
  write_json(json, {{"rows", table.values.rows()},
                    {"missing", completed.missing},
                    {"mean_probability", mean},
                    {"least_probability", least},
                    {"log_evidence", completed.log_evidence}});
}

void surprise_of_table(const SequenceModel& model, const SymbolTable& table, bool learn_on,
                       const std::string& output, const std::string& json) {
  check_outputs(output, json);
  const auto& codec = symbol_codec(model.front_end);
  SymbolTable heading{codec.columns(), {}};
  for (std::size_t c = heading.columns.size(); c < codec.num_columns(); ++c)
    heading.columns.push_back(fmt::format("column_{}", c));
  std::string text = "row,surprise_nats," + csv_of(heading);
  std::vector<double> rows;
  outcome_surprise(
      model, codec.encode(table),
      [&](std::size_t t, const OutcomeSurprise& surprise) {
        rows.push_back(std::max(0.0, surprise.step));  // by rounding it may be just below 0
        text += fmt::format("{},{:.6g}", t, rows.back());
        for (std::size_t c = 0; c < codec.num_columns(); ++c)
          text += fmt::format(",{:.6g}", std::max(0.0, surprise.modalities[c]));
        text += '\n';
      },
      progress_bar(), learn_on);
  clear_progress_bar();
  write_text(output, text);
  double total = 0;
  for (const double nats : rows) total += nats;
  const double mean = total / static_cast<double>(rows.size());
  const auto most = std::ranges::max_element(rows);
  print("{}: {} rows, {:.4f} nats a row on average; most at row {}: {:.2f}\n", output,
        grouped(rows.size()), mean, most - rows.begin(), *most);
  write_json(json, {{"mean_surprise_nats", mean}, {"surprise_nats", rows}});
}

void encode_table(const SequenceModel* model, const SymbolTable& table, bool kinds,
                  const std::string& output, const std::string& json) {
  check_outputs(output, json);
  std::vector<std::uint8_t> bytes;
  const ByteSink sink = [&](std::span<const std::uint8_t> more) {
    bytes.insert(bytes.end(), more.begin(), more.end());
  };
  const auto result = model != nullptr
                          ? encode_symbol_stream(*model, table, kinds, sink, progress_bar())
                          : encode_symbol_stream(table, sink, progress_bar());
  clear_progress_bar();
  write_file(output, bytes);
  print("{}: {} rows of {} in {}, {:.4f} bits a symbol; outcomes alone {:.0f} bits\n", output,
        grouped(result.rows),
        result.columns == 1 ? "one column" : fmt::format("{} columns", result.columns),
        bytes_text(static_cast<double>(result.bytes)), result.bits_per_symbol(), result.bits);
  write_json(json, {{"rows", result.rows},
                    {"columns", result.columns},
                    {"bytes", result.bytes},
                    {"coder_bits", result.bits},
                    {"bits_per_symbol", result.bits_per_symbol()},
                    {"adaptive", model == nullptr}});
}

void decode_table(BitstreamReader& reader, const SequenceModel* model, const std::string& stream,
                  const std::string& output, const std::string& json) {
  check_outputs(output, json);
  SymbolWriter writer(output);
  const auto result = decode_symbol_stream(
      reader, model, [&](const SymbolTable& rows) { writer.write(rows); }, progress_bar());
  clear_progress_bar();
  write_json(json,
             {{"rows", result.rows}, {"complete", result.complete}, {"message", result.message}});
  if (result.rows > 0) {
    writer.close();
    print("{}: {} rows of {}\n", output, grouped(result.rows), stream);
  }
  require<FileError>(result.complete, result.message, " (what came before it was decoded)");
}

}  // namespace rgm::app
