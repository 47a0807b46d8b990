#include <troupe/pipeline/batch.hpp>

#include <stdexcept>
#include <string>
#include <utility>

namespace troupe {

batch::lent::~lent() {
  if (!entered) books->skip(origin.delivered + origin.replaced, skip_reason::stopped);
  memory->give_back(buffer);
}

batch::batch(std::shared_ptr<ring> memory, std::shared_ptr<ledger> books, std::uint32_t buffer, std::uint32_t rows,
             const troupe::pass& of, std::uint64_t number, bool last_of_pass, tally rows_by_origin) {
  auto made = std::make_shared<lent>();
  made->memory = std::move(memory);
  made->books = std::move(books);
  made->buffer = buffer;
  made->rows = rows;
  made->epoch = of.epoch;
  made->pass = of.number;
  made->number = number;
  made->last = last_of_pass;
  made->why = of.why;
  made->origin = rows_by_origin;
  lent_ = std::move(made);
}

const batch::lent& batch::held() const {
  if (!lent_) throw std::logic_error("batch: this one is empty; ask it (`if (b)`) before its fields and numbers");
  return *lent_;
}

void batch::accept() const noexcept {
  if (!lent_ || lent_->entered.exchange(true)) return;
  lent_->books->deliver(lent_->origin.delivered);
  lent_->books->replace(lent_->origin.replaced, lent_->origin.filtered);
}

void batch::drop(skip_reason why) const noexcept {
  if (!lent_ || lent_->entered.exchange(true)) return;
  lent_->books->skip(lent_->origin.delivered + lent_->origin.replaced, why);
}

view batch::field(std::size_t f) const {
  const auto& all = fields().fields();
  if (f >= all.size())
    throw std::invalid_argument("batch: field must be < " + std::to_string(all.size()) + ", got " + std::to_string(f));
  const auto& described = all[f];
  view v;
  v.data = lent_->memory->row(lent_->buffer, f, 0);
  v.type = described.type;
  v.shape.push_back(lent_->rows);
  v.shape.insert(v.shape.end(), described.row_shape.begin(), described.row_shape.end());
  v.owner = lent_;
  return v;
}

}  // namespace troupe
