# error[parser::unclosed_bracket] 3:7 `[` is never closed
locals {
  a = [1, 2
