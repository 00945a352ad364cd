# Variables, locals and functions: one file for many settings.
#
#     sudo jobctl run jobs/variables.hcl
#     sudo jobctl run --var 'name=World' --var 'times=3' jobs/variables.hcl
#     NOMAD_VAR_loud=true sudo -E jobctl run jobs/variables.hcl

variable "name" {
  description = "Who is greeted."
  type        = string
  default     = "you"

  validation {
    condition     = strlen(var.name) > 0
    error_message = "Somebody must be greeted."
  }
}

variable "times" {
  description = "How often."
  type        = number
  default     = 1
}

variable "loud" {
  type    = bool
  default = false
}

locals {
  text     = format("Hello, %s!", var.name)
  greeting = var.loud ? upper(local.text) : local.text
}

job "variables" {
  type = "batch"

  meta {
    # Whatever is known when the job is read is in its plan.
    greeted = title(var.name)
  }

  group "greet" {
    task "greet" {
      driver = "exec"

      config {
        command = "/bin/echo"
        args    = [for n in range(var.times) : "${n + 1}. ${local.greeting}"]
      }

      env {
        # Known on the host only: filled in when the job is planned.
        HOST = "${node.unique.name}"
        ARCH = "${attr.cpu.arch}"
      }
    }
  }
}
