# error[service::consul_only] 8:29 `enable_tag_override` is for services of Consul only
job "example" {
  group "main" {
    shutdown_delay = "5s"
    service {
      name                = "web"
      provider            = "nomad"
      enable_tag_override = true
    }
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
