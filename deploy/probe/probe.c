/*
 * probe URL: asks once and exits 0 when the answer's status is 2xx, else 1 with the reason on stderr.
 * For health checks inside images without a shell and without curl: static, nothing but the C library.
 * URL: http://ADDRESS:PORT/path with an IPv4 address. A static program cannot look names up, and a health check asks
 * its own container anyway.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { timeout_s = 3 };

static int fail(const char *what, const char *why) {
  fprintf(stderr, "probe: %s: %s\n", what, why);
  return 1;
}

/* An alarm, since a time limit on the socket would start again with every byte that drips in. */
static void too_late(int signal_number) {
  (void)signal_number;
  static const char text[] = "probe: no answer within 3 s\n";
  (void)!write(STDERR_FILENO, text, sizeof text - 1);
  _exit(1);
}

struct target {
  char address[INET_ADDRSTRLEN];
  unsigned port;
  const char *path;
};

/* Only what is needed; anything else is a mistake in docker-compose.yml that should be seen at once. */
static int parse(const char *url, struct target *to) {
  int end = 0;
  if (sscanf(url, "http://%15[0-9.]:%5u%n", to->address, &to->port, &end) != 2 || end == 0) return -1;
  to->path = url + end;
  return to->path[0] == '/' && to->port >= 1 && to->port <= 65535 && strlen(to->path) <= 1000 ? 0 : -1;
}

static int ask(int s, const struct target *to) {
  char request[1200];
  int length = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: %s:%u\r\nUser-Agent: probe\r\nConnection: close\r\n\r\n", to->path,
                        to->address, to->port);
  for (int sent = 0; sent < length;) {
    ssize_t n = write(s, request + sent, (size_t)(length - sent));
    if (n < 0) return -1;
    sent += (int)n;
  }
  return 0;
}

/* The first line is all that counts: "HTTP/1.1 204 No Content". */
static int read_status(int s) {
  char answer[64];
  size_t have = 0;
  while (have < sizeof answer - 1) {
    ssize_t n = read(s, answer + have, sizeof answer - 1 - have);
    if (n < 0) return fail("no answer", strerror(errno));
    if (n == 0) break;
    have += (size_t)n;
    if (memchr(answer, '\n', have) != NULL) break;
  }
  answer[have] = '\0';
  int status = 0;
  if (sscanf(answer, "HTTP/1.%*1[01] %3d", &status) != 1) return fail("no HTTP", have == 0 ? "nothing came" : "another protocol");
  if (status >= 200 && status <= 299) return 0;
  fprintf(stderr, "probe: status %d\n", status);
  return 1;
}

int main(int argc, char **argv) {
  struct target to;
  if (argc != 2) return fail("usage", "probe http://127.0.0.1:8080/path");
  if (parse(argv[1], &to) != 0) return fail(argv[1], "write http://127.0.0.1:8080/path");
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)to.port)};
  if (inet_pton(AF_INET, to.address, &address.sin_addr) != 1) return fail(to.address, "no IPv4 address");

  signal(SIGPIPE, SIG_IGN);
  signal(SIGALRM, too_late);
  alarm(timeout_s);
  int s = socket(AF_INET, SOCK_STREAM, 0);
  if (s < 0) return fail("socket", strerror(errno));
  if (connect(s, (struct sockaddr *)&address, sizeof address) != 0) return fail("connect", strerror(errno));
  if (ask(s, &to) != 0) return fail("send", strerror(errno));
  return read_status(s);
}
