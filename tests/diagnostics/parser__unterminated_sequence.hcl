# error[parser::unterminated_sequence] 3:8 `${` is never closed
locals {
  a = "${1