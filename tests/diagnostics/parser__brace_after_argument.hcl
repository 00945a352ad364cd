# error[parser::brace_after_argument] 4:15 a closing brace on the line of an argument
job "example" {
  group "main" {
    count = 1 }
}
