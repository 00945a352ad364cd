# error[network::semicolon_in_cni_argument] 7:25 a CNI argument cannot have a semicolon
job "example" {
  group "main" {
    network {
      mode = "cni/lan"
      cni {
        args = { NAME = "a;b" }
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
