#include "virtual/printer.hpp"

#include <algorithm>
#include <vector>

namespace platen::vprinter {

Printer::Printer(Clock& clock, const Model& model, Output& output, Options options)
    : clock_(clock),
      device_(model),
      output_(output),
      options_(options),
      jobs_(options.jobs_before),
      pages_(options.pages_before) {}

void Printer::detach(PageOwner& owner) {
  withdraw(owner);
  owners_.erase(&owner);
  if (half_sheet_ == &owner) half_sheet_ = nullptr;
}

void Printer::offer(Page page, PageOwner& owner) {
  const int copies = page.copies;
  pending_.emplace(Pending{std::move(page), &owner, copies});
  if (options_.pages_per_minute > 0)
    next_out_ =
        std::max(clock_.now(), next_out_) + Duration(std::chrono::minutes(1)) / options_.pages_per_minute;
  advance();
}

void Printer::withdraw(PageOwner& owner) {
  if (!pending_ || pending_->owner != &owner) return;
  pending_.reset();
  pace_.reset();
  device_.wait_for_nothing();
}

void Printer::advance() {
  while (pending_ && put_out_one()) {
    if (--pending_->copies_left > 0) {
      if (options_.pages_per_minute > 0)
        next_out_ += Duration(std::chrono::minutes(1)) / options_.pages_per_minute;
      continue;
    }
    pending_.reset();
  }
}

bool Printer::put_out_one() {
  Page& page = pending_->page;
  const bool back_side = page.duplex && half_sheet_ == pending_->owner;
  std::optional<std::size_t> tray;
  if (!back_side) {
    tray = device_.feed_for(page);
    if (!tray) return false;
  }
  if (!device_.can_print()) return false;
  if (clock_.now() < next_out_) {
    pace_ = clock_.set(next_out_, [this] { look_again(); });
    return false;
  }
  // Counted before anybody is told, so that whoever looks sees one truth.
  ++pages_;
  if (tray) device_.use_sheet(*tray);
  half_sheet_ = page.duplex && !back_side ? pending_->owner : nullptr;
  PageRecord record = pending_->owner->describe();
  record.page = pages_;
  output_.put_out(page, record);
  device_.use_supplies(page);
  pending_->owner->page_landed();
  return true;
}

void Printer::look_again() {
  const bool was_full = full();
  advance();
  if (!was_full || full()) return;
  const std::vector<PageOwner*> all(owners_.begin(), owners_.end());
  for (PageOwner* owner : all) owner->may_go_on();
}

void Printer::stall(bool stalled) {
  stalled_ = stalled;
  if (stalled) return;
  const std::vector<PageOwner*> all(owners_.begin(), owners_.end());
  for (PageOwner* owner : all) owner->may_go_on();
}

void Printer::cancel() {
  const std::vector<PageOwner*> all(owners_.begin(), owners_.end());
  for (PageOwner* owner : all) owner->cancel();
}

void Printer::babble(std::string_view bytes) {
  for (PageOwner* owner : owners_) owner->babble(bytes);
}

void Printer::begin_work() {
  if (++working_ == 1) device_.set_busy(true);
}

void Printer::end_work() {
  if (--working_ == 0) device_.set_busy(false);
}

}  // namespace platen::vprinter
