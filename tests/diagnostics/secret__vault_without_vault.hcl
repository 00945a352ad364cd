# note[job::cluster_only] 10:7 no effect on one host: `secret`
# error[secret::vault_without_vault] 11:20 a secret of Vault needs access to Vault
job "example" {
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
      secret "a" {
        provider = "vault"
        path     = "x"
      }
    }
  }
}
