// What happens when the reactor's present turn is over: a caller is resumed, or a call begins to be served
// (Switchboard::Turn).
#pragma once

namespace platen::rpc {

class Switchboard;

class Due {
 public:
  Due(const Due&) = delete;
  Due& operator=(const Due&) = delete;

 protected:
  explicit Due(Switchboard& board) : board_(board) {}
  ~Due() {
    if (due_) forget();
  }
  [[nodiscard]] Switchboard& board() const { return board_; }

 private:
  friend class Switchboard;
  virtual void go() = 0;
  // The reactor is taken down, and its turn never comes.
  virtual void gone() = 0;
  void forget() noexcept;

  Switchboard& board_;
  Due* next_ = nullptr;
  bool due_ = false;
};

}  // namespace platen::rpc
