# error[eval::invalid_label] 5:17 a tuple cannot be a label
job "example" {
  dynamic "group" {
    for_each = [["a"]]
    labels   = [group.value]
    content {
      count = 1
    }
  }
}
