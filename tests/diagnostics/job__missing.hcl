# error[job::missing] 1:1 the file has no job
locals {
  a = 1
}
