#include "epoch_feed.hpp"

#include "report.hpp"

#include <boost/json.hpp>
#include <cstdio>

namespace troupe {

namespace {

std::string sentence(const boost::json::object& o, std::uint64_t epochs) {
  const auto number = [&](const char* key) { return o.at(key).to_number<double>(); };
  char loss[32];
  std::snprintf(loss, sizeof loss, "%.3f", number("loss"));
  auto text = "epoch " + std::to_string(o.at("epoch").to_number<std::uint64_t>() + 1) + " of " +
              std::to_string(epochs) + ": loss " + loss + ", accuracy " + percent(number("accuracy"));
  if (o.contains("test_accuracy")) text += ", test accuracy " + percent(number("test_accuracy"));
  return text + ", " + with_commas(number("images_per_s")) + " img/s";
}

}  // namespace

std::vector<std::string> epoch_feed::finished(std::uint64_t epochs) {
  std::vector<std::string> sentences;
  std::ifstream in(file_, std::ios::binary);
  in.seekg(read_);
  for (std::string line; std::getline(in, line) && !in.eof();) {  // a line without its end is not written yet
    read_ += std::streamoff(line.size()) + 1;
    boost::json::error_code failed;
    const auto event = boost::json::parse(line, failed);
    if (failed || !event.is_object() || event.get_object().at("event") != "epoch") continue;
    sentences.push_back(sentence(event.get_object(), epochs));
  }
  return sentences;
}

}  // namespace troupe
