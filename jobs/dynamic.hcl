# Dynamic blocks: as many groups and tasks as a list has elements.
#
#     sudo jobctl run jobs/dynamic.hcl
#     sudo jobctl run --var 'shards=["a", "b", "c", "d"]' jobs/dynamic.hcl

variable "shards" {
  type    = list(string)
  default = ["north", "south"]
}

variable "settings" {
  type = map(string)
  default = {
    LEVEL = "info"
    COLOR = "never"
  }
}

job "dynamic" {
  type = "batch"

  dynamic "group" {
    for_each = var.shards
    # `group` names the element unless `iterator` says otherwise.
    iterator = shard
    labels   = ["shard-${shard.value}"]

    content {
      meta {
        number = shard.key + 1
      }

      task "work" {
        driver = "exec"

        config {
          command = "/bin/sh"
          args    = ["-c", "echo shard $SHARD is number $NOMAD_META_number of ${length(var.shards)}"]
        }

        env = merge(var.settings, { SHARD = shard.value })
      }
    }
  }
}
