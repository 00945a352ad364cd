# error[volume::mount_options_of_host_volume] 7:7 a host volume has no mount options
job "example" {
  group "main" {
    volume "data" {
      type   = "host"
      source = "data"
      mount_options {
        fs_type = "ext4"
      }
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
