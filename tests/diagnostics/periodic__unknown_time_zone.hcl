# error[periodic::unknown_time_zone] 6:17 unknown time zone "Europe/Atlantis"
job "example" {
  type = "batch"
  periodic {
    crons     = ["@daily"]
    time_zone = "Europe/Atlantis"
  }
  group "main" {
    task "main" {
      driver = "exec"
      config {
        command = "/bin/server"
      }
    }
  }
}
