# error[group::no_tasks] 3:3 group "main" has no task
job "example" {
  group "main" {
    count = 1
  }
}
