# error[job::no_groups] 2:1 the job has no group
job "example" {
  type = "batch"
}
