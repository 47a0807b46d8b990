#include <troupe/pipeline/own_stage.hpp>

#include <exception>

namespace troupe {

namespace {

shared_failure because(fault reason, const std::string& stage, const std::string& what) {
  return std::make_shared<const failure>(failure{reason, what.empty() ? stage : stage + ": " + what});
}

shared_failure trouble(const std::string& stage, const item_handler& each, encoded& item) {
  try {
    item = each(std::move(item));
  } catch (const std::exception& e) { return because(fault::stage, stage, e.what()); } catch (...) {
    return because(fault::stage, stage, "it threw something that is no std::exception");
  }
  if (item.bad) return because(item.bad->reason, stage, item.bad->detail);
  return item.bytes.empty() ? because(fault::stage, stage, "it returned no bytes") : nullptr;
}

}  // namespace

encoded handled(const std::string& stage, const item_handler& each, encoded item) {
  if (item.bad) return item;
  const auto index = item.index;
  const auto label = item.label;
  const auto values = item.values;
  auto companions = item.companions;
  auto bad = trouble(stage, each, item);
  if (!bad) {
    item.index = index;
    if (!item.values) item.values = values;
    if (item.companions.size() != companions.size()) item.companions = std::move(companions);
    return item;
  }
  encoded failed;
  failed.index = index;
  failed.label = label;
  failed.bad = std::move(bad);
  return failed;
}

}  // namespace troupe
