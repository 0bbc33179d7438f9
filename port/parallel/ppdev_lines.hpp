// A parallel port through Linux's ppdev: /dev/parport0.
//
// Each line is moved here, one ioctl each; the kernel's own transfer modes are not used, since they cannot
// say what became of a byte when a printer stalls. The kernel only negotiates back to compatibility mode at
// the beginning, in case that a program before us left in the middle of something.
//
// The port is taken for ourselves alone where that is possible (PPEXCL), else shared with the lp driver and
// held while it is open.
#pragma once

#include <string>

#include "base/fd.hpp"
#include "port/parallel/lines.hpp"

namespace platen::port::ieee1284 {

class PpdevLines final : public ParallelLines {
 public:
  explicit PpdevLines(std::string path);
  ~PpdevLines() override;

  Result<void> claim() override;
  void release() noexcept override;
  [[nodiscard]] bool can_reverse() const override { return can_reverse_; }
  [[nodiscard]] std::uint8_t status() override;
  [[nodiscard]] std::uint8_t data() override;
  void set_data(std::uint8_t value) override;
  void set_control(std::uint8_t value) override;
  void set_direction(bool to_host) override;
  [[nodiscard]] const std::optional<Error>& failure() const override { return failure_; }
  [[nodiscard]] Instant now() const override;
  void pause(Duration span) override;
  bool wait_for_interrupt(Duration at_most) override;
  void wake() noexcept override;

 private:
  [[nodiscard]] Result<Fd> claimed(bool alone) const;
  [[nodiscard]] std::uint8_t get(unsigned long request);
  void put(unsigned long request, void* argument);
  void broken(int number);

  std::string path_;
  Fd port_;
  Fd wake_;  // an eventfd
  bool can_reverse_ = false;
  bool to_host_ = false;
  std::optional<Error> failure_;
};

}  // namespace platen::port::ieee1284
