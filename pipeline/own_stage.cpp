#include <troupe/pipeline/own_stage.hpp>

#include <exception>
#include <utility>
#include <vector>

namespace troupe {

namespace {

shared_failure trouble(const std::string& stage, const item_handler& each, encoded& item) {
  try {
    item = each(std::move(item));
  } catch (const std::exception& e) { return refused_by(stage, {fault::stage, e.what()}); } catch (...) {
    return refused_by(stage, {fault::stage, "it threw something that is no std::exception"});
  }
  if (item.bad) return refused_by(stage, *item.bad);
  return item.bytes.empty() ? refused_by(stage, {fault::stage, "it returned no bytes"}) : nullptr;
}

// Of companions that have only a key.
shared_failure unbrought(const std::string& stage, const std::vector<companion_bytes>& before, const encoded& now) {
  for (std::size_t c = 0; c < before.size(); ++c) {
    if (before[c].to_bring() && now.companions[c].bytes.empty())
      return refused_by(stage, {fault::stage, "it returned no bytes", before[c].key});
  }
  return nullptr;
}

}  // namespace

shared_failure refused_by(const std::string& stage, failure why) {
  why.detail = why.detail.empty() ? stage : stage + ": " + why.detail;
  return std::make_shared<const failure>(std::move(why));
}

encoded handled(const std::string& stage, const item_handler& each, encoded item) {
  if (item.bad) return item;
  const auto index = item.index;
  const auto label = item.label;
  const auto values = item.values;
  const auto key = item.key;
  const auto companions = item.companions;
  auto bad = trouble(stage, each, item);
  if (!bad) {
    item.index = index;
    item.key = key;
    if (!item.values) item.values = values;
    if (item.companions.size() != companions.size()) item.companions = companions;
    for (std::size_t c = 0; c < companions.size(); ++c) item.companions[c].key = companions[c].key;
    bad = unbrought(stage, companions, item);
  }
  if (!bad) return item;
  encoded failed;
  failed.index = index;
  failed.label = label;
  failed.bad = std::move(bad);
  return failed;
}

}  // namespace troupe
