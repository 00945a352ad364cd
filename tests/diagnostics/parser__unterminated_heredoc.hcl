# error[parser::unterminated_heredoc] 3:7 the heredoc `EOT` is never closed
locals {
  a = <<EOT
  text
}
