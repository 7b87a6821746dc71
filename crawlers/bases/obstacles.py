"""placeholder"""


def obstacle_of(response):
    return None
