# error[network::duplicate_cni_argument] 13:18 CNI argument "NAME" stands twice
job "example" {
  group "main" {
    network {
      mode = "cni/a"
      cni {
        args = { NAME = "x" }
      }
    }
    network {
      mode = "cni/b"
      cni {
        args = { NAME = "y" }
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
