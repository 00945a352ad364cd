# error[volume_mount::unknown_selinux_label] 16:25 unknown SELinux label "x"
job "example" {
  group "main" {
    volume "data" {
      type   = "host"
      source = "data"
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      volume_mount {
        volume        = "data"
        destination   = "/data"
        selinux_label = "x"
      }
    }
  }
}
